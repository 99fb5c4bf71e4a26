# Kernels compiled for the chips there are. schuss_fatbins(FOLDER FILE...) makes FOLDER/softmax.fatbin of softmax.cu:
# machine code for each chip of SCHUSS_CHIPS, and PTX of the last one, which a driver translates for chips to come. Without
# an nvcc that knows them all there are none, and each GPU compiles the sources when it first needs them.
option(SCHUSS_FATBINS "Compile the CUDA kernels beforehand, where nvcc is there" ON)
set(SCHUSS_CHIPS 75 80 86 89 90 100 120)

# Sets `result` to why kernels cannot be compiled; to nothing where they can.
function(schuss_why_no_fatbins result)
  if(NOT SCHUSS_FATBINS)
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
    set(fatbin ${folder}/${stem}.fatbin)
    set(depfile ${CMAKE_CURRENT_BINARY_DIR}/${stem}.fatbin.d)
    add_custom_command(OUTPUT ${fatbin}
      COMMAND ${SCHUSS_NVCC} -fatbin -std=c++17 ${targets} --compress-mode=size --Werror all-warnings
        -I${CMAKE_CURRENT_SOURCE_DIR}/include -MD -MF ${depfile} -MT ${fatbin}
        -o ${fatbin} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
      DEPENDS ${source} DEPFILE ${depfile} VERBATIM COMMENT "Compiling ${source} for sm_${SCHUSS_CHIPS}")
    list(APPEND fatbins ${fatbin})
  endforeach()
  # one that nobody makes any more would be loaded in place of its source
  file(GLOB present ${folder}/*.fatbin)
  foreach(file ${present})
    if(NOT file IN_LIST fatbins)
      file(REMOVE ${file})
    endif()
  endforeach()
  file(MAKE_DIRECTORY ${folder})
  add_custom_target(fatbins ALL DEPENDS ${fatbins})
endfunction()
