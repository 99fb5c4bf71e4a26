# Kernels compiled for the chips there are. schuss_fatbins(FOLDER FILE...) makes FOLDER/softmax.fatbin of softmax.cu:
# machine code for each chip of SCHUSS_CHIPS, and PTX of the last one, which a driver translates for chips to come. Without
# an nvcc that knows them all there are none, and each GPU compiles the sources when it first needs them.
#
# It takes nvcc minutes, which are lost where no GPU will be: unless it is asked for, only who has a driver waits for it.
set(SCHUSS_FATBINS auto CACHE STRING "Whether CUDA kernels are compiled beforehand: true, false, auto (where a driver is)")
set(SCHUSS_CHIPS 75 80 86 89 90 100 120)

set(SCHUSS_DRIVER_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/driver.sh)

# Sets `result` to why kernels are not compiled; to nothing where they are.
function(schuss_why_no_fatbins result)
  if(SCHUSS_FATBINS STREQUAL "auto")
    execute_process(COMMAND sh -c ". \"$0\"; has_nvidia_driver" ${SCHUSS_DRIVER_SCRIPT} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      set(${result} "no NVIDIA driver here; -Dnative.fatbins=true asks for them" PARENT_SCOPE)
      return()
    endif()
  elseif(NOT SCHUSS_FATBINS MATCHES "^(true|false)$")
    message(FATAL_ERROR "native.fatbins: expected true, false or auto, got ${SCHUSS_FATBINS}")
  elseif(NOT SCHUSS_FATBINS)
    set(${result} "switched off" PARENT_SCOPE)
    return()
  endif()
  find_program(SCHUSS_NVCC nvcc HINTS $ENV{CUDA_HOME}/bin /usr/local/cuda/bin)
  if(NOT SCHUSS_NVCC)
    set(${result} "no nvcc found" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${SCHUSS_NVCC} --list-gpu-code OUTPUT_VARIABLE known ERROR_VARIABLE known)
  foreach(chip ${SCHUSS_CHIPS})
    if(NOT known MATCHES "sm_${chip}([^0-9]|$)")
      set(${result} "${SCHUSS_NVCC} does not know sm_${chip}, the one of CUDA 13.0 would" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

function(schuss_fatbins folder)
  schuss_why_no_fatbins(why)
  if(why)
    message(STATUS "CUDA kernels: not compiled beforehand (${why}); a GPU compiles them at first use")
    set(ARGN)
  endif()
  foreach(chip ${SCHUSS_CHIPS})
    list(APPEND targets -gencode arch=compute_${chip},code=sm_${chip})
    set(newest ${chip})
  endforeach()
  list(APPEND targets -gencode arch=compute_${newest},code=compute_${newest})
  foreach(source ${ARGN})
    get_filename_component(stem ${source} NAME_WE)
    # made beside the build and copied: who switches them off and on again does not wait twice
    set(made ${CMAKE_CURRENT_BINARY_DIR}/fatbins/${stem}.fatbin)
    set(depfile ${made}.d)
    add_custom_command(OUTPUT ${made}
      COMMAND ${SCHUSS_NVCC} -fatbin -std=c++17 ${targets} --compress-mode=size --Werror all-warnings
        -I${CMAKE_CURRENT_SOURCE_DIR}/include -MD -MF ${depfile} -MT ${made}
        -o ${made} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
      DEPENDS ${source} DEPFILE ${depfile} VERBATIM COMMENT "Compiling ${source} for sm_${SCHUSS_CHIPS}")
    set(fatbin ${folder}/${stem}.fatbin)
    add_custom_command(OUTPUT ${fatbin} COMMAND ${CMAKE_COMMAND} -E copy ${made} ${fatbin} DEPENDS ${made} VERBATIM)
    list(APPEND fatbins ${fatbin})
  endforeach()
  # one that nobody makes any more would be loaded in place of its source
  file(GLOB present ${folder}/*.fatbin)
  foreach(file ${present})
    if(NOT file IN_LIST fatbins)
      file(REMOVE ${file})
    endif()
  endforeach()
  file(MAKE_DIRECTORY ${folder} ${CMAKE_CURRENT_BINARY_DIR}/fatbins)
  add_custom_target(fatbins ALL DEPENDS ${fatbins})
endfunction()
